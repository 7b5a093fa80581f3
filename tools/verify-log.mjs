#!/usr/bin/env node
// Verifies the audit log as an outsider: from its files and a policy alone, without any code of the platform.
// Written from docs/audit-log.md and the C2SP formats signed-note, tlog-checkpoint, tlog-cosignature, tlog-tiles,
// tlog-policy and tlog-proof. Needs Node 20 and nothing else.
//
//   node verify-log.mjs --log DIR|URL [--policy FILE] [--proof FILE] [--checkpoint FILE]... [--json]
//   node verify-log.mjs --proof FILE --policy FILE [--json]
//
// The last line is the verdict and so is the exit code: 0 valid, 1 invalid, 2 gap, 3 missing, 64 usage, 69 no verdict.
// Entries behind a sign-in are read with the token in SOV_TOKEN.

import { createHash, createPublicKey, verify as verifySignature } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const EXIT = { valid: 0, invalid: 1, gap: 2, missing: 3, usage: 64, none: 69 };
const WIDTH = 256;
const HASH = 32;
const MOST_FINDINGS = 100;
const MOST_HOLES = 10_000;
const MOST_SIGNATURES = 100;
const LONGEST_NOTE = 1_000_000;
const LONGEST_PROOF = 2_000_000;
const MOST_ABSENT = 4096;
const FILES_AT_ONCE = 16;

class NoVerdict extends Error {}
export class PolicyError extends Error {}

// ---- bytes

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function text(bytes) {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

/** Base64 in its one canonical form, or null. */
function base64(encoded) {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(encoded) || encoded.length % 4 !== 0) return null;
  const bytes = Buffer.from(encoded, 'base64');
  return bytes.toString('base64') === encoded ? bytes : null;
}

/** A decimal number without leading zeroes up to 2^63-1, or null. */
function decimal(digits) {
  if (!/^(0|[1-9][0-9]{0,18})$/.test(digits)) return null;
  const number = BigInt(digits);
  return number < 1n << 63n ? number : null;
}

const sha256 = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

// ---- tree (RFC 6962)

const LEAF = Buffer.of(0);
const NODE = Buffer.of(1);
export const emptyRoot = sha256();
export const leafHash = (entry) => sha256(LEAF, entry);
export const nodeHash = (left, right) => sha256(NODE, left, right);

export function verifyInclusion(index, size, leaf, proof, root) {
  index = BigInt(index);
  size = BigInt(size);
  if (index < 0n || index >= size) return false;
  let [fn, sn, hash] = [index, size - 1n, leaf];
  for (const sibling of proof) {
    if (sn === 0n) return false;
    if ((fn & 1n) === 1n || fn === sn) {
      hash = nodeHash(sibling, hash);
      while ((fn & 1n) === 0n && fn !== 0n) {
        fn >>= 1n;
        sn >>= 1n;
      }
    } else {
      hash = nodeHash(hash, sibling);
    }
    fn >>= 1n;
    sn >>= 1n;
  }
  return sn === 0n && hash.equals(root);
}

export function verifyConsistency(oldSize, newSize, proof, oldRoot, newRoot) {
  oldSize = BigInt(oldSize);
  newSize = BigInt(newSize);
  if (oldSize <= 0n || oldSize > newSize) return false;
  if (oldSize === newSize) return proof.length === 0 && oldRoot.equals(newRoot);
  const rest = [...proof];
  if ((oldSize & (oldSize - 1n)) === 0n) rest.unshift(oldRoot);
  if (rest.length === 0) return false;
  let [fn, sn] = [oldSize - 1n, newSize - 1n];
  while ((fn & 1n) === 1n) {
    fn >>= 1n;
    sn >>= 1n;
  }
  let fr = rest[0];
  let sr = rest[0];
  for (const next of rest.slice(1)) {
    if (sn === 0n) return false;
    if ((fn & 1n) === 1n || fn === sn) {
      fr = nodeHash(next, fr);
      sr = nodeHash(next, sr);
      while ((fn & 1n) === 0n && fn !== 0n) {
        fn >>= 1n;
        sn >>= 1n;
      }
    } else {
      sr = nodeHash(sr, next);
    }
    fn >>= 1n;
    sn >>= 1n;
  }
  return sn === 0n && fr.equals(oldRoot) && sr.equals(newRoot);
}

/** A tree that grows by leaves: perfect subtrees from the left, and the hashes of each level's last tile. */
class Tree {
  size = 0;
  subtrees = [];
  levels = [[]];
  filled = [];

  append(leaf) {
    this.filled.length = 0;
    let hash = leaf;
    this.collect(0, hash);
    let height = 0;
    for (let bits = this.size; bits % 2 === 1; bits = (bits - 1) / 2) {
      hash = nodeHash(this.subtrees[height], hash);
      height++;
      if (height % 8 === 0) {
        const level = height / 8;
        this.filled.push({ level: level - 1, index: Math.floor(this.size / WIDTH ** level), hashes: Buffer.concat(this.levels[level - 1]) });
        this.levels[level - 1] = [];
        this.collect(level, hash);
      }
    }
    this.subtrees[height] = hash;
    this.size++;
  }

  collect(level, hash) {
    (this.levels[level] ??= []).push(hash);
  }

  root() {
    let root = null;
    for (let [bits, height] = [this.size, 0]; bits > 0; bits = Math.floor(bits / 2), height++) {
      if (bits % 2 === 1) root = root === null ? this.subtrees[height] : nodeHash(this.subtrees[height], root);
    }
    return root ?? emptyRoot;
  }
}

// ---- keys and notes

const ED25519 = 1;
const COSIGNATURE = 4;
const isKeyName = (name) => name.length > 0 && !/[\p{White_Space}+]/u.test(name);

export function parseKey(encoded) {
  const first = encoded.indexOf('+');
  const second = encoded.indexOf('+', first + 1);
  if (first < 0 || second < 0) return null;
  const [name, id, blob] = [encoded.slice(0, first), encoded.slice(first + 1, second), base64(encoded.slice(second + 1))];
  if (!isKeyName(name) || !/^[0-9a-f]{8}$/.test(id) || blob?.length !== 33 || (blob[0] !== ED25519 && blob[0] !== COSIGNATURE)) return null;
  if (sha256(name, '\n', blob).toString('hex').slice(0, 8) !== id) return null;
  const publicKey = blob.subarray(1);
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), publicKey]);
  return { name, id, type: blob[0], publicKey, key: createPublicKey({ key: spki, format: 'der', type: 'spki' }) };
}

/** The seconds of a cosignature, 0n for a plain signature; null where it does not verify. */
function checkSignature(key, noteText, signature) {
  if (key.type === ED25519) {
    return signature.length === 64 && verifySignature(null, Buffer.from(noteText), key.key, signature) ? 0n : null;
  }
  if (signature.length !== 72) return null;
  const time = signature.readBigUInt64BE();
  if (time === 0n || time >= 1n << 63n) return null;
  return verifySignature(null, Buffer.from(`cosignature/v1\ntime ${time}\n${noteText}`), key.key, signature.subarray(8)) ? time : null;
}

const isNoteText = (note) => note.endsWith('\n') && !/[\x00-\x09\x0b-\x1f]/.test(note);

export function parseNote(bytes) {
  const note = bytes.length <= LONGEST_NOTE ? text(bytes) : null;
  const split = note === null ? -1 : note.lastIndexOf('\n\n');
  if (split < 0 || !isNoteText(note)) return null;
  const lines = note.slice(split + 2).split('\n');
  if (lines.pop() !== '' || lines.length === 0 || lines.length > MOST_SIGNATURES) return null;
  const signatures = [];
  for (const line of lines) {
    const parts = line.split(' ');
    const blob = parts.length === 3 ? base64(parts[2]) : null;
    if (parts[0] !== '\u2014' || blob === null || !isKeyName(parts[1]) || blob.length <= 4) return null;
    signatures.push({ name: parts[1], id: blob.subarray(0, 4).toString('hex'), signature: blob.subarray(4) });
  }
  return { text: note.slice(0, split + 1), signatures };
}

/** Signatures by known keys; null where one of them fails. */
function verifyNote(note, keys) {
  const verified = [];
  for (const line of note.signatures) {
    const key = keys.find((known) => known.name === line.name && known.id === line.id);
    if (!key) continue;
    const time = checkSignature(key, note.text, line.signature);
    if (time === null) return null;
    verified.push({ key, time });
  }
  return verified;
}

export function parseCheckpoint(noteText) {
  const lines = noteText.split('\n');
  if (lines.length < 4 || lines.pop() !== '' || lines.includes('')) return null;
  const [size, root] = [decimal(lines[1]), base64(lines[2])];
  return size === null || root?.length !== HASH ? null : { origin: lines[0], size, root };
}

// ---- policy

export function parsePolicy(bytes) {
  const policy = { logs: [], witnesses: [], groups: new Map(), quorum: null };
  const names = new Set(['none']);
  const members = new Set();
  // Octets, as the format says: a name is compared byte by byte.
  const lines = Buffer.from(bytes).toString('latin1').split('\n');
  if (bytes.length > 1_000_000) throw new PolicyError('more than 1,000,000 bytes');
  if (lines.pop() !== '') throw new PolicyError('the last line does not end with a newline');
  lines.forEach((line, position) => {
    const refuse = (why) => {
      throw new PolicyError(`line ${position + 1}: ${why}`);
    };
    if (/[\x00-\x08\x0a-\x1f\x7f]/.test(line)) refuse('a control character');
    const words = line.split(/[ \t]+/).filter((word) => word !== '');
    if (words.length === 0 || words[0].startsWith('#')) return;
    const readKey = (word, type, others) => {
      const decoded = text(Buffer.from(word, 'latin1'));
      const key = decoded === null ? null : parseKey(decoded);
      if (key?.type !== type) refuse(`not a verifier key of type ${type}`);
      if (others.some((other) => other.publicKey.equals(key.publicKey) || (other.name === key.name && other.id === key.id))) refuse('the same key twice');
      if (others.length === 64) refuse('more than 64 of a kind');
      return key;
    };
    const define = (name) => (names.has(name) ? refuse('the name is defined already') : names.add(name));
    const [verb, ...rest] = words;
    if (verb === 'log' && (rest.length === 1 || rest.length === 2)) {
      policy.logs.push(readKey(rest[0], ED25519, policy.logs));
    } else if (verb === 'witness' && (rest.length === 2 || rest.length === 3)) {
      const key = readKey(rest[1], COSIGNATURE, policy.witnesses.map((witness) => witness.key));
      define(rest[0]);
      policy.witnesses.push({ name: rest[0], key });
    } else if (verb === 'group' && rest.length >= 3) {
      if (policy.groups.size === 64) refuse('more than 64 groups');
      const [name, threshold, ...of] = rest;
      for (const member of of) {
        if (member === 'none' || !names.has(member)) refuse(`'${member}' is not defined on a line before`);
        if (members.has(member)) refuse(`'${member}' is a member already`);
        members.add(member);
      }
      const count = threshold === 'all' ? of.length : threshold === 'any' ? 1 : /^[1-9][0-9]{0,9}$/.test(threshold) ? Number(threshold) : 0;
      if (count < 1 || count > of.length) refuse('a group needs all, any or a number from 1 to that of its members');
      define(name);
      policy.groups.set(name, { threshold: count, members: of });
    } else if (verb === 'quorum' && rest.length === 1) {
      if (policy.quorum !== null) refuse('a second quorum');
      if (!names.has(rest[0])) refuse(`'${rest[0]}' is not defined on a line before`);
      policy.quorum = rest[0];
    } else {
      refuse('not a line of a policy');
    }
  });
  if (policy.quorum === null) throw new PolicyError('there is no quorum line');
  return policy;
}

/** What a policy says of a checkpoint: log is null unless one of its logs signed under its own name. */
export function judge(policy, note) {
  const checkpoint = parseCheckpoint(note.text);
  if (checkpoint === null) return { checkpoint: null, log: null, cosigned: [], problem: 'It is not a checkpoint.' };
  const verified = verifyNote(note, [...policy.logs, ...policy.witnesses.map((witness) => witness.key)]);
  if (verified === null) return { checkpoint, log: null, cosigned: [], problem: 'A signature by a key of the policy does not verify.' };
  const log = policy.logs.find((key) => key.name === checkpoint.origin && verified.some((signature) => signature.key === key)) ?? null;
  const cosigned = policy.witnesses.filter((witness) => verified.some((signature) => signature.key === witness.key)).map((witness) => witness.name);
  const witnessed = (name) => {
    const group = policy.groups.get(name);
    return name === 'none' || cosigned.includes(name) || (group !== undefined && group.members.filter(witnessed).length >= group.threshold);
  };
  const quorumMet = witnessed(policy.quorum);
  const problem = log === null ? `No log of the policy that is named '${checkpoint.origin}' signed it.`
    : quorumMet ? null
    : `Its witnesses are fewer than the policy asks for: ${cosigned.join(', ') || 'none'} for quorum ${policy.quorum}.`;
  return { checkpoint, log, cosigned, quorumMet, problem };
}

// ---- entries

const STRING = String.raw`"[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})[^"\\\x00-\x1f]*)*"`;
const INTEGER = '0|-?[1-9][0-9]{0,18}';
const TIME = String.raw`"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{7}Z"`;
const MEMBERS = {
  v: '1', id: STRING, type: STRING, tenant: `${STRING}|null`, source: `${STRING}|null`, number: `${INTEGER}|null`, occurredAt: `${TIME}|null`,
  receivedAt: TIME, contentType: `${STRING}|null`, malformed: `${STRING}|null`, keyId: STRING, commitment: '"[A-Za-z0-9+/]{43}="',
};
// The written form and no other: every member once, in order, nothing between them.
const ENTRY = new RegExp(`^\\{${Object.entries(MEMBERS).map(([name, value]) => `"${name}":(${value})`).join(',')}\\}$`);

const NAMES = Object.keys(MEMBERS);

/** Whether the calendar has it: the 30th of February and the hour 24 would be read as the day after, and years begin with 1. */
function isTime(value) {
  const milliseconds = Date.parse(`${value.slice(0, 23)}Z`);
  if (Number.isNaN(milliseconds) || value.startsWith('0000') || value.startsWith('24', 11)) return false;
  const day = Number(value.slice(8, 10));
  return day <= 28 || new Date(milliseconds).getUTCDate() === day;
}

/** The entry, its number a BigInt, or null where the bytes are none of form 1 as it is written. */
export function parseEntry(bytes) {
  const values = ENTRY.exec(text(bytes) ?? '');
  if (values === null) return null;
  const entry = {};
  for (let i = 0; i < NAMES.length; i++) {
    const value = values[i + 1];
    if (value === 'null') entry[NAMES[i]] = null;
    else if (!value.startsWith('"')) entry[NAMES[i]] = BigInt(value);
    else if (!value.includes('\\')) entry[NAMES[i]] = value.slice(1, -1);
    else if (!(entry[NAMES[i]] = JSON.parse(value)).isWellFormed()) return null;
  }
  if (entry.number !== null && BigInt.asIntN(64, entry.number) !== entry.number) return null;
  return (entry.occurredAt === null || isTime(entry.occurredAt)) && isTime(entry.receivedAt) && base64(entry.commitment)?.length === HASH ? entry : null;
}

// ---- completeness

/** Those who number what they publish; what anybody else writes there counts for nothing. */
const NUMBERING = ['access-service', 'audit-service', 'policy-service', 'region-service'];
const LARGEST_NUMBER = (1n << 63n) - 2n;
const GRACE = 5n * 60n * 10_000_000n;

/** A time as entries have it, in its smallest units. */
const ticks = (time) => BigInt(Date.parse(`${time.slice(0, 23)}Z`)) * 10_000n + BigInt(time.slice(23, 27));

/**
 * The numbers that one service has given and that are not there: holes below the largest, each with the entry that showed it.
 * Beyond so many holes the two oldest count as one, of which only the range is known.
 */
class Numbers {
  largest = 0n;
  holes = [];
  blurredTo = 0n;

  /** Whether the number is there for the first time. Of a blurred range nobody can tell, and it is believed. */
  take(number, index, at) {
    if (number > this.largest) {
      if (number > this.largest + 1n) this.replace(this.holes.length, 0, { first: this.largest + 1n, last: number - 1n, index, at, blurred: false });
      this.largest = number;
      return true;
    }
    const place = this.firstEndingAtOrAfter(number);
    const hole = this.holes[place];
    if (hole === undefined || hole.first > number) return number <= this.blurredTo;
    const parts = [{ ...hole, last: number - 1n }, { ...hole, first: number + 1n }];
    this.replace(place, 1, ...parts.filter(({ first, last }) => first <= last));
    return true;
  }

  firstEndingAtOrAfter(number) {
    let [from, to] = [0, this.holes.length];
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (this.holes[middle].last < number) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  replace(place, count, ...holes) {
    this.holes.splice(place, count, ...holes);
    if (this.holes.length <= MOST_HOLES) return;
    const [oldest, next] = this.holes;
    this.holes.splice(0, 2, { ...oldest, last: next.last, blurred: true });
    if (next.last > this.blurredTo) this.blurredTo = next.last;
  }
}

/** Whether the log has everything that the platform's services numbered. Takes entries in the order of the log. */
class Completeness {
  services = new Map(NUMBERING.map((name) => [name, new Numbers()]));
  newest = '';
  repeats = [];
  repeatCount = 0;

  take(index, { source, number, receivedAt }) {
    // Times of the one form stand in the order of their text.
    if (receivedAt > this.newest) this.newest = receivedAt;
    const numbers = this.services.get(source);
    if (numbers === undefined || number === null || number < 1n || number > LARGEST_NUMBER || numbers.take(number, index, receivedAt)) return;
    this.repeatCount++;
    if (this.repeats.length < MOST_FINDINGS) this.repeats.push({ source, number, index });
  }

  /** Adds what is wrong; gives how many numbers can still be on their way. */
  finish(findings) {
    let inFlight = 0n;
    for (const [service, { holes }] of this.services) {
      for (const { first, last, index, at, blurred } of holes) {
        if (ticks(this.newest) - ticks(at) <= GRACE) inFlight += last - first + 1n;
        else findings.add('gap', index, first === last ? `${service} number ${first} is not in the log.` : `${service} numbers ${first} to ${last} are not ${blurred ? 'all ' : ''}in the log.`);
      }
    }
    for (const { source, number, index } of this.repeats) findings.add('invalid', index, `Entry ${index}: ${source} number ${number} was there before.`);
    findings.count += this.repeatCount - this.repeats.length;
    return inFlight;
  }
}

// ---- files

/** The path of a tile (level) or an entry bundle (level null). */
export function tilePath(level, index, width) {
  const groups = [String(index % 1000).padStart(3, '0')];
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) groups.unshift(`x${String(rest % 1000).padStart(3, '0')}`);
  return `tile/${level ?? 'entries'}/${groups.join('/')}${width < WIDTH ? `.p/${width}` : ''}`;
}

const hashesAt = (level, size) => Math.floor(size / WIDTH ** level);

export function directory(folder) {
  return async (path) => {
    try {
      return await readFile(join(folder, path));
    } catch (error) {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
      throw new NoVerdict(error.message);
    }
  };
}

function address(url) {
  const headers = process.env.SOV_TOKEN ? { authorization: `Bearer ${process.env.SOV_TOKEN}` } : {};
  return async (path) => {
    try {
      const response = await fetch(`${url.replace(/\/+$/, '')}/${path}`, { headers });
      if (response.status === 404 || response.status === 410) return null;
      if (!response.ok) throw new NoVerdict(`${path}: ${response.status}`);
      return Buffer.from(await response.arrayBuffer());
    } catch (error) {
      throw error instanceof NoVerdict ? error : new NoVerdict(`${path}: ${error.cause?.message ?? error.message}`);
    }
  };
}

/** A tile or bundle of a log of a size; one that is incomplete may be there as the beginning of the complete one. */
async function readTile(read, level, index, size) {
  const width = Math.min(WIDTH, hashesAt(level ?? 0, size) - index * WIDTH);
  const bytes = await read(tilePath(level, index, width));
  if (bytes !== null || width === WIDTH) return { index, width, bytes };
  const whole = await read(tilePath(level, index, WIDTH));
  if (whole === null) return { index, width, bytes: null };
  if (level !== null) return { index, width, bytes: whole.subarray(0, width * HASH) };
  let end = 0;
  for (let i = 0; i < width && whole.length - end >= 2; i++) end += 2 + whole.readUInt16BE(end);
  return { index, width, bytes: whole.subarray(0, end) };
}

async function* readLevel(read, level, size) {
  const count = Math.ceil(hashesAt(level ?? 0, size) / WIDTH);
  let absent = 0;
  for (let first = 0; first < count && absent < MOST_ABSENT; first += FILES_AT_ONCE) {
    const reads = [];
    for (let index = first; index < Math.min(first + FILES_AT_ONCE, count); index++) reads.push(readTile(read, level, index, size));
    for (const file of await Promise.all(reads)) {
      absent = file.bytes === null ? absent + 1 : 0;
      if (file.bytes !== null) yield file;
    }
  }
}

/** Gives the tile of an index while indexes ascend. */
function walkTiles(read, level, size) {
  const tiles = readLevel(read, level, size);
  let current = null;
  let ended = false;
  return async (index) => {
    while (!ended && (current === null || current.index < index)) {
      const next = await tiles.next();
      ended = next.done === true;
      current = ended ? null : next.value;
    }
    return current?.index === index && current.bytes.length === current.width * HASH ? current.bytes : null;
  };
}

// ---- the whole log

const SEVERITY = ['invalid', 'gap', 'missing'];

class Findings {
  list = [];
  count = 0;
  kinds = new Set();

  add(kind, index, message) {
    this.count++;
    this.kinds.add(kind);
    if (this.list.length < MOST_FINDINGS) this.list.push({ kind, index, message });
  }

  verdict() {
    return SEVERITY.find((kind) => this.kinds.has(kind)) ?? 'valid';
  }
}

/** Verifies a log that `read` gives by path. `held` are notes from before, as bytes. */
export async function verifyLog(read, policy, held = []) {
  const findings = new Findings();
  const result = { findings, entries: 0, root: null, judged: null, inFlight: 0n };
  const bytes = await read('checkpoint');
  if (bytes === null) {
    findings.add('missing', null, 'There is no log: it has no checkpoint.');
    return result;
  }
  const note = parseNote(bytes);
  if (note === null) {
    findings.add('invalid', null, "The log's checkpoint is not a signed note.");
    return result;
  }
  const judged = (result.judged = judge(policy, note));
  if (judged.problem !== null) findings.add('invalid', null, `The log's checkpoint is refused. ${judged.problem}`);
  if (judged.log === null) return result;
  if (judged.checkpoint.size > BigInt(Number.MAX_SAFE_INTEGER)) throw new NoVerdict('the log is larger than this program counts');
  const size = Number(judged.checkpoint.size);

  const older = [];
  for (const one of held) {
    const heldNote = parseNote(one);
    const checkpoint = heldNote === null ? null : parseCheckpoint(heldNote.text);
    if (checkpoint === null || checkpoint.origin !== judged.checkpoint.origin || !verifyNote(heldNote, [judged.log])?.length) {
      findings.add('invalid', null, "A checkpoint kept by you is not one that the log's key signed.");
    } else {
      older.push(checkpoint);
    }
  }
  older.sort((a, b) => (a.size < b.size ? -1 : a.size > b.size ? 1 : 0));

  const completeness = new Completeness();
  const tree = new Tree();
  const walks = new Map();
  const tileOf = (level, index) => {
    if (!walks.has(level)) walks.set(level, walkTiles(read, level, size));
    return walks.get(level)(index);
  };
  let leaves = null;
  let hashesKnown = true;

  const compare = (level, index, computed, stored) => {
    const first = index * WIDTH ** (level + 1);
    if (stored === null) findings.add('invalid', first, `The tile ${index} at level ${level} is not there, or not whole.`);
    else if (hashesKnown && !stored.equals(computed)) findings.add('invalid', first, `The tile ${index} at level ${level} does not follow from the entries below it.`);
  };
  const checkOlder = () => {
    while (older.length > 0 && older[0].size <= BigInt(tree.size)) {
      const checkpoint = older.shift();
      if (hashesKnown && !checkpoint.root.equals(tree.root())) findings.add('invalid', null, `The entries do not give the root of the checkpoint over ${checkpoint.size} entries kept by you.`);
    }
  };
  // The hash in the tile stands for an entry that was changed or is not there, so that all the rest can still be judged.
  const put = async (leaf) => {
    tree.append(leaf);
    for (const { level, index, hashes } of tree.filled) compare(level, index, hashes, level === 0 ? leaves : await tileOf(level, index));
    checkOlder();
  };
  const begin = async () => {
    if (tree.size % WIDTH === 0) leaves = await tileOf(0, tree.size / WIDTH);
  };
  const inTile = () => {
    const at = (tree.size % WIDTH) * HASH;
    return leaves === null ? null : leaves.subarray(at, at + HASH);
  };
  const take = async (index, entry, goesOn) => {
    result.entries++;
    if (index > tree.size) {
      findings.add('gap', tree.size, index - 1 === tree.size ? `Entry ${tree.size} is not there.` : `Entries ${tree.size} to ${index - 1} are not there.`);
      while (tree.size < index) {
        await begin();
        const known = inTile();
        hashesKnown &&= known !== null;
        await put(known ?? emptyRoot);
      }
    }
    const leaf = leafHash(entry);
    const parsed = parseEntry(entry);
    if (parsed !== null) completeness.take(index, parsed);
    if (parsed === null) findings.add('invalid', index, `Entry ${index}: its bytes are not an entry.`);
    else if (goesOn) findings.add('invalid', index, `Entry ${index}: its bundle goes on after its last entry.`);
    await begin();
    const known = inTile();
    if (known !== null && !known.equals(leaf)) findings.add('invalid', index, `Entry ${index}: its bytes are not the ones that were hashed when it was logged.`);
    await put(known ?? leaf);
  };

  checkOlder();
  for await (const { index, width, bytes: bundle } of readLevel(read, null, size)) {
    let rest = bundle;
    for (let i = 0; i < width && rest.length > 0; i++) {
      const whole = rest.length >= 2 && rest.length - 2 >= rest.readUInt16BE(0);
      const entry = whole ? rest.subarray(2, 2 + rest.readUInt16BE(0)) : rest;
      rest = whole ? rest.subarray(2 + entry.length) : rest.subarray(rest.length);
      await take(index * WIDTH + i, entry, i === width - 1 && rest.length > 0);
    }
  }

  if (tree.size < size) {
    findings.add('missing', tree.size, `The log says it has ${size} entries; from entry ${tree.size} on they are not there.`);
  } else {
    if (hashesKnown && !tree.root().equals(judged.checkpoint.root)) findings.add('invalid', null, 'The entries do not give the root that the log says it has.');
    for (let level = 0; hashesAt(level, size) > 0; level++) {
      const index = Math.floor(hashesAt(level, size) / WIDTH);
      if (hashesAt(level, size) % WIDTH > 0) compare(level, index, Buffer.concat(tree.levels[level] ?? []), level === 0 ? leaves : await tileOf(level, index));
    }
  }
  if (older.length > 0) findings.add('missing', tree.size, `A checkpoint kept by you was signed over ${older.at(-1).size} entries; from entry ${tree.size} on they are not there.`);
  result.inFlight = completeness.finish(findings);
  result.root = hashesKnown ? tree.root() : null;
  return result;
}

// ---- a proof

export function parseProof(bytes) {
  const end = Buffer.from(bytes).indexOf('\n\n');
  const head = bytes.length > LONGEST_PROOF || end < 0 ? null : bytes.subarray(0, end);
  if (head === null || head.some((octet) => octet > 0x7f)) return null;
  const lines = head.toString('latin1').split('\n');
  const note = parseNote(bytes.subarray(end + 2));
  if (note === null || lines.shift() !== 'c2sp.org/tlog-proof@v1') return null;
  let extra = null;
  if (lines[0]?.startsWith('extra ')) {
    extra = base64(lines.shift().slice(6));
    if (!extra?.length) return null;
  }
  const line = lines.shift();
  const index = line?.startsWith('index ') ? decimal(line.slice(6)) : null;
  const hashes = lines.map(base64);
  return index === null || hashes.length > 63 || hashes.some((hash) => hash?.length !== HASH) ? null : { index, hashes, extra, note, noteBytes: bytes.subarray(end + 2) };
}

/** Why a proof proves nothing; problem is null where it proves that its entry is in the log. */
export function verifyProof(bytes, policy) {
  const proof = parseProof(Buffer.from(bytes));
  if (proof === null) return { proof, judged: null, problem: 'The file is not a proof (c2sp.org/tlog-proof@v1).' };
  const judged = judge(policy, proof.note);
  const problem = judged.problem !== null ? `The proof's checkpoint is refused. ${judged.problem}`
    : proof.extra === null ? 'The proof does not carry the entry (extra), so that there is nothing to prove.'
    : !verifyInclusion(proof.index, judged.checkpoint.size, leafHash(proof.extra), proof.hashes, judged.checkpoint.root) ? `The proof does not prove that the entry is number ${proof.index} of the log.`
    : parseEntry(proof.extra) === null ? 'What the proof carries is in the log, but is not an entry.'
    : null;
  return { proof, judged, problem };
}

// ---- command line

function readArguments(args) {
  const asked = { log: null, proof: null, policy: null, checkpoints: [], json: false };
  for (let i = 0; i < args.length; i++) {
    if (args[i] === '--json') asked.json = true;
    else if (i + 1 === args.length) return null;
    else if (args[i] === '--checkpoint') asked.checkpoints.push(args[++i]);
    else if (['--log', '--proof', '--policy'].includes(args[i]) && asked[args[i].slice(2)] === null) asked[args[i].slice(2)] = args[++i];
    else return null;
  }
  const usable = asked.log !== null || (asked.proof !== null && asked.policy !== null && asked.checkpoints.length === 0);
  return usable ? asked : null;
}

async function open(place) {
  if (/^https?:\/\//.test(place)) return address(place);
  const folder = await stat(place).catch(() => null);
  if (!folder?.isDirectory()) throw new NoVerdict(`there is no folder '${place}'`);
  return directory(place);
}

async function main(args) {
  const asked = readArguments(args);
  if (asked === null) {
    console.error('usage: verify-log.mjs --log DIR|URL [--policy FILE] [--proof FILE] [--checkpoint FILE]... [--json]\n       verify-log.mjs --proof FILE --policy FILE [--json]');
    return EXIT.usage;
  }
  const given = new Map();
  for (const file of [asked.policy, asked.proof, ...asked.checkpoints].filter((name) => name !== null)) {
    const bytes = await readFile(file).catch(() => null);
    if (bytes === null) {
      console.error(`There is no file '${file}'.`);
      return EXIT.usage;
    }
    given.set(file, bytes);
  }
  try {
    const read = asked.log === null ? null : await open(asked.log);
    let result = { findings: new Findings(), entries: 0, root: null, judged: null, inFlight: 0n };
    let proof = null;
    let seconds = 0;
    if (asked.policy === null && (await read('checkpoint')) === null) {
      result.findings.add('missing', null, 'There is no log: it has no checkpoint.');
    } else {
      const policyBytes = asked.policy === null ? await read('policy') : given.get(asked.policy);
      if (policyBytes === null) throw new NoVerdict('no policy lies with it; give the one you trust: --policy FILE');
      const policy = parsePolicy(policyBytes);
      proof = asked.proof === null ? null : verifyProof(given.get(asked.proof), policy);
      if (read !== null) {
        const held = asked.checkpoints.map((file) => given.get(file));
        if (proof?.problem === null) held.push(proof.proof.noteBytes);
        const begun = performance.now();
        result = await verifyLog(read, policy, held);
        seconds = (performance.now() - begun) / 1000;
      }
      if (proof?.problem) result.findings.add('invalid', proof.proof === null ? null : Number(proof.proof.index), proof.problem);
    }
    const verdict = result.findings.verdict();
    console.log(print(asked, result, proof, verdict, seconds));
    return EXIT[verdict];
  } catch (error) {
    if (error instanceof PolicyError) {
      console.error(`The policy cannot be read: ${error.message}.`);
      return asked.policy === null ? EXIT.none : EXIT.usage;
    }
    // Only a verdict says that the log is invalid; whatever else happens is no verdict.
    console.error(`The log cannot be read: ${error.message}`);
    return EXIT.none;
  }
}

const shown = (names) => names.map((name) => text(Buffer.from(name, 'latin1')) ?? name);

function print(asked, { findings, entries, root, judged, inFlight }, proof, verdict, seconds) {
  judged ??= proof?.judged ?? null;
  const perSecond = seconds > 0 ? Math.round(entries / seconds) : 0;
  const entry = proof?.problem === null ? text(proof.proof.extra) : null;
  if (asked.json) {
    return JSON.stringify({
      verdict,
      entries: asked.log === null ? null : entries,
      root: root?.toString('base64') ?? null,
      entriesPerSecond: perSecond,
      inFlight: asked.log === null ? null : Number(inFlight),
      findings: findings.list,
      findingCount: findings.count,
      trust: asked.policy === null ? 'log' : 'policy',
      checkpoint: judged?.checkpoint ? { origin: judged.checkpoint.origin, size: Number(judged.checkpoint.size), root: judged.checkpoint.root.toString('base64') } : null,
      cosigned: judged ? shown(judged.cosigned) : null,
      quorumMet: judged?.quorumMet ?? null,
      proof: entry === null ? null : { index: Number(proof.proof.index), entry },
    });
  }
  const lines = findings.list.map((finding) => finding.message);
  if (findings.count > lines.length) lines.push(`... and ${findings.count - lines.length} more.`);
  if (inFlight > 0n) lines.push(`${inFlight} events that services numbered are not in the log yet; they are in flight.`);
  if (asked.log !== null) lines.push(`${entries} entries; root ${root?.toString('base64') ?? 'unknown'}; ${perSecond} entries/s`);
  if (judged?.checkpoint) lines.push(`checkpoint of ${judged.checkpoint.origin} over ${judged.checkpoint.size} entries; cosigned by ${shown(judged.cosigned).join(', ') || 'no witness'}; quorum ${judged.quorumMet ? 'met' : 'not met'}`);
  if (entry !== null) lines.push(`entry ${proof.proof.index} is in the log: ${entry}`);
  if (asked.policy === null && judged !== null) lines.push('Trust was taken from the log itself: its keys are those of the policy beside it. Give the policy that you have from elsewhere: --policy FILE.');
  lines.push(verdict);
  return lines.join('\n');
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) process.exitCode = await main(process.argv.slice(2));
