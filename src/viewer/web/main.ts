import "uplot/dist/uPlot.min.css";
import "./style/theme.css";
import "./style/base.css";
import "./style/shell.css";
import "./style/trace.css";
import "./style/time.css";
import "./style/exam.css";
import "./style/operator.css";
import { App } from "./app.ts";
import { server, ServerProblem } from "./data/server.ts";
import { showProblem } from "./shell/notice.ts";
import { startTheme } from "./shell/theme.ts";

performance.mark("simgate-start");
startTheme();
const session = await server.session().catch((thrown: unknown) => {
  // The page may also lie on a plain file server, for files that are dropped on it.
  if (!(thrown instanceof ServerProblem)) throw thrown;
  showProblem(thrown);
  return null;
});
const app = new App(session);
await app.start();
