import { html, raw, type Markup } from "./markup.ts";
import { markDefinitions } from "./marks.ts";
import { pageScript } from "./page-script.ts";
import { chartStyle } from "./chart-style.ts";
import { pageStyle } from "./page-style.ts";

/** A whole document in one file. The policy in its head lets it load nothing, from anywhere. */
export function page(title: string, head: Markup, sections: readonly Section[]): string {
  const document = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"
        />
        <meta name="color-scheme" content="light dark" />
        <link rel="icon" href="data:," />
        <title>${title}</title>
        <style>
          ${raw(pageStyle)}${raw(chartStyle)}
        </style>
      </head>
      <body>
        ${markDefinitions()}
        <a class="skip" href="#${sections[0]?.id ?? ""}">Skip to the details</a>
        <main>
          ${head}
          <nav aria-label="Sections">
            <ol>
              ${sections.map(({ id, name }) => html`<li><a href="#${id}">${name}</a></li>`)}
            </ol>
          </nav>
          ${sections.map(({ body }) => body)}
        </main>
        <div id="tip" role="status" aria-live="polite" hidden></div>
        <script>
          ${raw(pageScript)};
        </script>
      </body>
    </html>`;
  return `${document.text.trim()}\n`;
}

export interface Section {
  readonly id: string;
  /** In the list at the top. */
  readonly name: string;
  readonly body: Markup;
}
