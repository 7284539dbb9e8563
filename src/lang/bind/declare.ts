import { problem } from '../diagnostics.ts';
import { type Reporter, secondary } from '../place.ts';
import type { DeclNode, Word } from '../syntax/ast.ts';
import type {
  AnySymbol,
  BlockSymbol,
  Module,
  ModuleFile,
  PlacedDecl,
  Program,
  ValueSymbol,
} from './program.ts';

/** Enters the values of all modules (`let param fun type kind`) into their tables (Rule 18). */
export function declareValues(program: Program, reporter: Reporter): void {
  for (const module of program.modules) {
    for (const file of module.files) {
      for (const decl of file.decls) declareValue(decl, file, module, reporter);
    }
    for (const file of module.files) checkAliases(file, module, reporter);
  }
}

function declareValue(
  { node, place }: PlacedDecl,
  file: ModuleFile,
  module: Module,
  reporter: Reporter,
): void {
  const word = nameOf(node);
  if (word === null || word.text === '') return;
  const base = { name: word.text, span: word.span, place, file };
  const symbol = symbolOf(node, base);
  if (symbol === null) return;
  const first = module.values.get(word.text);
  if (first === undefined) module.values.set(word.text, symbol);
  else reportTwice(symbol.symbol, symbol, first, reporter);
}

function nameOf(node: DeclNode): Word | null {
  switch (node.kind) {
    case 'binding':
    case 'function':
    case 'typeDecl':
    case 'kindDecl':
      return node.name;
    default:
      return null;
  }
}

type Base = Pick<ValueSymbol, 'name' | 'span' | 'place' | 'file'>;
function symbolOf(node: DeclNode, base: Base): ValueSymbol | null {
  switch (node.kind) {
    case 'binding':
      return { ...base, symbol: node.word, node };
    case 'function':
      return { ...base, symbol: 'fun', node };
    case 'typeDecl':
      return { ...base, symbol: 'type', node };
    case 'kindDecl':
      return { ...base, symbol: 'kind', node };
    default:
      return null;
  }
}

/** An alias and a value of one name would be ambiguous wherever they are used. */
function checkAliases(file: ModuleFile, module: Module, reporter: Reporter): void {
  for (const alias of file.aliases.values()) {
    const value = module.values.get(alias.name);
    if (value !== undefined) reportTwice('import', alias, value, reporter);
  }
}

/** Enters a block into the table of its module: its name is unique per head and namespace. */
export function declareBlock(symbol: BlockSymbol, reporter: Reporter): void {
  const { construct, key, file } = symbol;
  const { blocks } = file.module;
  const known = blocks.get(construct);
  const table = known ?? tableFor(symbol);
  if (known === undefined) blocks.set(construct, table);
  const first = table.get(key);
  if (first === undefined) table.set(key, symbol);
  else reportTwice(symbol.construct, symbol, first, reporter);
}

function tableFor({ file, construct }: BlockSymbol): Map<string, BlockSymbol> {
  return file.module.tableFor?.(construct) ?? new Map<string, BlockSymbol>();
}

function reportTwice(
  sort: string,
  symbol: Pick<AnySymbol, 'name' | 'span' | 'place'>,
  first: Pick<AnySymbol, 'span' | 'place'>,
  { report }: Reporter,
): void {
  const { name, span, place } = symbol;
  const other = secondary(first.place, first.span, 'first declared here');
  report(place, problem('OCM2006', span, { sort, name }, { secondary: [other] }));
}
