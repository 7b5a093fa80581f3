// Judges cases with tools/verify-log.mjs: judge.mjs TOOL CASES VERDICTS. Cases and verdicts are JSON.
import { readFile, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';

const [toolFile, casesFile, verdictsFile] = process.argv.slice(2);
const tool = await import(pathToFileURL(toolFile));

const bytes = (encoded) => Buffer.from(encoded, 'base64');
const strict = (encoded) => (bytes(encoded).toString('base64') === encoded && bytes(encoded).length === 32 ? bytes(encoded) : null);

async function judge(one) {
  try {
    if (one.kind === 'inclusion' || one.kind === 'consistency') return String(probe(one.kind, one.probe));
    const folder = tool.directory(one.folder);
    const read = async (path) => (path in one.replace ? (one.replace[path] === null ? null : bytes(one.replace[path])) : folder(path));
    const policy = tool.parsePolicy(await read('policy'));
    if (one.kind === 'proof') return tool.verifyProof(bytes(one.proof), policy).problem === null ? 'valid' : 'invalid';
    const { findings, inFlight } = await tool.verifyLog(read, policy, one.held.map(bytes));
    const first = findings.list.slice(0, 3).map(({ index, message }) => `${index}: ${message}`);
    return one.inFull ? `${findings.verdict()}; ${findings.count} found; ${inFlight} in flight; ${first.join(' ')}` : findings.verdict();
  } catch (error) {
    if (error instanceof tool.PolicyError) return 'no verdict';
    throw error;
  }
}

// Numbers as they stand in the file: doubles hold none near 2^64.
function probe(kind, { numbers, root1, root2, leaf, proof }) {
  const hashes = (proof ?? []).map(strict);
  const [first, second, third] = [root1, root2, leaf].map((hash) => (hash === null ? null : strict(hash)));
  if (hashes.includes(null) || second === null) return false;
  return kind === 'inclusion'
    ? third !== null && tool.verifyInclusion(numbers[0], numbers[1], third, hashes, second)
    : first !== null && tool.verifyConsistency(numbers[0], numbers[1], hashes, first, second);
}

const verdicts = [];
for (const one of JSON.parse(await readFile(casesFile, 'utf8'))) verdicts.push(await judge(one));
await writeFile(verdictsFile, JSON.stringify(verdicts));
