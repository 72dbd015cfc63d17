import { Command } from "commander";
export function fitCommand(): Command {
  return new Command("fit");
}
