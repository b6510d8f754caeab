// Copies a service and the workspace packages it needs in production, with their installed packages, into the folder that becomes the image:
//
//   node assemble.mjs SERVICE PACKAGE FOLDER     from the root of the repository, after `pnpm install --prod --filter-prod "@parlance/PACKAGE..."`
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, readFileSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { basename, join, relative } from "node:path";

const [service, wanted, target] = process.argv.slice(2);
const cli = join("packages", "cli");
const main = join("services", service ?? "", "src", "main.ts");
if (!service || !wanted || !target || !existsSync(main)) {
  console.error(`assemble: SERVICE must name a folder of services/ with a src/main.ts, not "${service ?? ""}"`);
  process.exit(1);
}

const root = process.cwd();
const listed = execFileSync("pnpm", ["--filter-prod", `@parlance/${wanted}...`, "list", "--recursive", "--depth", "-1", "--json"], {
  encoding: "utf8",
});
const folders = JSON.parse(listed).map(({ path }) => relative(root, path));
for (const folder of folders) cpSync(folder, join(target, folder), { recursive: true, verbatimSymlinks: true, filter: isNeeded });
cpSync("node_modules", join(target, "node_modules"), { recursive: true, verbatimSymlinks: true });
cpSync(join("deploy", "docker", "healthcheck.mjs"), join(target, "healthcheck.mjs"));
removeForeignBinaries(join(target, "node_modules", ".pnpm"));
removeUnread(join(target, "node_modules", ".pnpm"));
symlinkSync(main, join(target, "main.ts"));
if (folders.includes(cli)) symlinkSync(join(cli, "src", "main.ts"), join(target, "cli.ts"));
const { version } = JSON.parse(readFileSync("package.json", "utf8"));
console.log(`assemble: ${service} ${version} of ${folders.length} packages`);

/** Tests and tools of a package stay behind. */
function isNeeded(path) {
  return !["tests", "scripts", ".turbo"].includes(basename(path)) && !path.endsWith(".test.ts");
}

/** onnxruntime brings its library for every system, 290 MB in all; the image has one. */
function removeForeignBinaries(store) {
  for (const name of readdirSync(store).filter((entry) => entry.startsWith("onnxruntime-node@"))) {
    const bin = join(store, name, "node_modules", "onnxruntime-node", "bin");
    for (const abi of readdirSync(bin))
      for (const system of readdirSync(join(bin, abi)))
        for (const processor of readdirSync(join(bin, abi, system)))
          if (system !== process.platform || processor !== process.arch)
            rmSync(join(bin, abi, system, processor), { recursive: true });
  }
}

/**
 * What nobody reads in a container of other people's packages, 160 MB: source maps, TypeScript (Node runs none of a package's), tests, and the
 * command line of protobufjs, which brings packages of its own.
 */
function removeUnread(folder) {
  const entries = readdirSync(folder, { withFileTypes: true });
  const isPackage = entries.some(({ name }) => name === "package.json");
  // Links are left alone: each package is found once, where it really is.
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isFile() && /\.(?:map|[cm]?ts)$/.test(entry.name)) rmSync(path);
    if (!entry.isDirectory()) continue;
    const isUnread = isPackage && (/^(?:tests?|__tests__)$/.test(entry.name) || path.endsWith("/protobufjs/cli"));
    if (isUnread) rmSync(path, { recursive: true });
    else removeUnread(path);
  }
}
