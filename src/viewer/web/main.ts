import "uplot/dist/uPlot.min.css";
import "./style/theme.css";
import "./style/base.css";
import "./style/shell.css";
import "./style/trace.css";
import "./style/time.css";
import "./style/exam.css";
import "./style/operator.css";
import { ServerProblem } from "./data/fetched.ts";
import { prepareDecoder } from "./data/recording-in-parts.ts";
import { server } from "./data/server.ts";
import { findRun } from "./run/find-run.ts";
import { RunLoader } from "./run/run-loader.ts";
import { readLink } from "./shell/deep-link.ts";
import { showProblem } from "./shell/notice.ts";
import { startTheme } from "./shell/theme.ts";

performance.mark("simgate-start");
startTheme();
prepareDecoder();
// The run is on its way before the code that draws it is there.
const code = import("./app.ts");
const session = await server.session().catch((thrown: unknown) => {
  // The page may also lie on a plain file server, for files that are dropped on it.
  if (!(thrown instanceof ServerProblem)) throw thrown;
  showProblem(thrown);
  return null;
});
const loader = new RunLoader(session);
const { run: asked, timeSec } = readLink(location.search);
const first = (asked === undefined ? undefined : findRun(session, asked)) ?? session?.runs[0];
if (first !== undefined) loader.begin(first, timeSec);
const { App } = await code;
await new App(session, loader).start();
