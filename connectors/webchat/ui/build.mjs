// Usage: node build.mjs. Writes ../static/ (ignored by git); see README.md for what is in its manifest.json.
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const source = join(here, "src");
const output = join(here, "..", "static");
const buildFiles = ["build.mjs", "package-lock.json", "package.json"];

const sha256 = (data) => createHash("sha256").update(data).digest("hex");

async function filesUnder(folder) {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** sha256 over "path NUL sha256(content) LF" of every source, sorted by path: easy to compute in any language. */
async function fingerprintOfSources() {
  const paths = [...buildFiles.map((name) => join(here, name)), ...(await filesUnder(source))];
  const named = paths.map((path) => [relative(here, path).split(sep).join("/"), path]);
  named.sort(([one], [other]) => (one < other ? -1 : 1));
  const lines = await Promise.all(named.map(async ([name, path]) => `${name}\0${sha256(await readFile(path))}\n`));
  return sha256(lines.join(""));
}

function replaceOnce(text, before, after) {
  const parts = text.split(before);
  if (parts.length !== 2) throw new Error(`deep-chat has changed: ${parts.length - 1} places match ${before}`);
  return parts.join(after);
}

// deep-chat turns every text into HTML through Markdown, asks Google for a font, and writes one <style> element.
// Here text stays text, and neither the request nor the style exists, so that a strict content policy holds.
const plainTextDeepChat = {
  name: "plain-text-deep-chat",
  setup(build) {
    build.onLoad({ filter: /[\\/]deep-chat[\\/]dist[\\/]deepChat\.bundle\.js$/ }, async ({ path }) => {
      let contents = await readFile(path, "utf8");
      contents = replaceOnce(contents, "i.innerHTML=this._remarkable.render(e)", "i.textContent=e");
      contents = replaceOnce(contents, "https://fonts.googleapis.com/css2?family=Inter:wght@400;600&display=swap", "data:text/css,");
      return { contents, loader: "js" };
    });
  },
};

const minifiedCssAsText = {
  name: "minified-css-as-text",
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      if (!path.startsWith(source) || build.initialOptions.outfile.endsWith(".css")) return undefined;
      const { code } = await esbuild.transform(await readFile(path, "utf8"), { loader: "css", minify: true });
      return { contents: code, loader: "text" };
    });
  },
};

const common = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
  target: ["es2022", "safari16.4"],
  format: "iife",
};
const bundles = {
  "chatbox.js": "src/chatbox.js",
  "chatbox.css": "src/chatbox.css",
  "widget.js": "src/widget.js",
  "portal.css": "src/portal.css",
};

async function licencesOfBundledPackages() {
  const lock = JSON.parse(await readFile(join(here, "package-lock.json"), "utf8"));
  const bundled = Object.entries(lock.packages).filter(([path, details]) => path && !details.dev);
  const chapters = [];
  for (const [path, details] of bundled.sort(([one], [other]) => (one < other ? -1 : 1))) {
    const folder = join(here, path);
    const names = (await readdir(folder)).filter((name) => /^(licen[cs]e|notice|copying)/i.test(name)).sort();
    const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
    const heading = `${path.replace(/^.*node_modules\//, "")} ${details.version} (${details.license})`;
    if (texts.length === 0) {
      const { author } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
      texts.push(`The package declares this licence and carries no text of it. Author: ${author?.name ?? author}`);
    }
    chapters.push([heading, "-".repeat(heading.length), ...texts.map((text) => text.trim())].join("\n"));
  }
  return `Packages contained in the files of this folder\n\n${chapters.join("\n\n\n")}\n`;
}

await rm(output, { recursive: true, force: true });
await mkdir(output, { recursive: true });
for (const [name, entry] of Object.entries(bundles)) {
  await esbuild.build({
    ...common,
    entryPoints: [entry],
    outfile: join(output, name),
    plugins: [plainTextDeepChat, minifiedCssAsText],
  });
}
await writeFile(join(output, "LICENSES.txt"), await licencesOfBundledPackages());

const files = {};
for (const name of [...Object.keys(bundles), "LICENSES.txt"].sort()) {
  const content = await readFile(join(output, name));
  // Beside each file its compressed forms; the service sends what the browser takes.
  await writeFile(join(output, `${name}.gz`), gzipSync(content, { level: 9 }));
  await writeFile(join(output, `${name}.br`), brotliCompressSync(content));
  files[name] = { bytes: content.length, sha256: sha256(content) };
}
// Last of all: an interrupted build leaves no manifest and is repeated.
await writeFile(join(output, "manifest.json"), `${JSON.stringify({ sources: await fingerprintOfSources(), files }, null, 2)}\n`);
