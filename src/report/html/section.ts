import { html, type Markup } from "./markup.ts";

/** A numbered part of the report: heading, one sentence of what it shows, body. */
export function section(id: string, title: string, lead: string | Markup, body: Markup): Markup {
  return html`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    <p class="lead">${lead}</p>
    ${body}
  </section>`;
}

/** The same content as a table, folded away. */
export function tableAlternative(summary: string, table: Markup): Markup {
  return html`<details class="table-alternative">
    <summary>${summary}</summary>
    <div class="scroll" tabindex="0" role="region" aria-label="${summary}">${table}</div>
  </details>`;
}

/** A plain table. Cells of columns named in `text` are set left, all others right, as numbers are. */
export function table(
  columns: readonly string[],
  rows: readonly (readonly (string | Markup)[])[],
  { caption, text = [0] }: { caption?: string; text?: readonly number[] } = {},
): Markup {
  const kind = (column: number): string => (text.includes(column) ? "text" : "number");
  return html`<table>
    ${
      caption !== undefined &&
      html`<caption>
        ${caption}
      </caption>`
    }
    <thead>
      <tr>
        ${columns.map((title, column) => html`<th scope="col" class="${kind(column)}">${title}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (row) =>
          html`<tr>
            ${row.map((cell, column) =>
              column === 0
                ? html`<th scope="row" class="${kind(column)}">${cell}</th>`
                : html`<td class="${kind(column)}">${cell}</td>`,
            )}
          </tr>`,
      )}
    </tbody>
  </table>`;
}
