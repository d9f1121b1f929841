import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';

/** Attributes that people read or hear. */
const SAID = new Set(['aria-label', 'aria-description', 'title', 'label', 'alt', 'placeholder', 'text', 'hint', 'error']);

/** The keys of a keyboard and signs are the same in every language. */
const isWord = (text: string) => /\p{L}{2,}/u.test(text) && !/^(Ctrl K|Ctrl|Esc)$/.test(text);

const files = (readdirSync('src', { recursive: true }) as string[]).filter((name) => name.endsWith('.tsx') && !name.endsWith('.test.tsx') && !name.startsWith('test'));

function literals(name: string): string[] {
  const source = ts.createSourceFile(name, readFileSync(join('src', name), 'utf8'), ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const found: string[] = [];
  const note = (node: ts.Node, text: string) => {
    if (isWord(text)) found.push(`${name}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}: ${text.trim()}`);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isJsxText(node)) note(node, node.text);
    if (ts.isJsxAttribute(node) && SAID.has(node.name.getText()) && node.initializer && ts.isStringLiteral(node.initializer)) note(node, node.initializer.text);
    if (ts.isJsxExpression(node) && node.expression && ts.isStringLiteral(node.expression) && !ts.isJsxAttribute(node.parent)) note(node, node.expression.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

it('says nothing in the markup itself: every text has a key', () => {
  expect(files.length).toBeGreaterThan(20);
  expect(files.flatMap(literals)).toEqual([]);
});
