// @ts-check
// Lists the names a module exports that it declares itself, and whether each has a doc comment directly above it.

/** @typedef {import('vite').ESTree.Program} Program */
/** @typedef {import('vite').ParseResult['comments'][number]} Comment */
/** @typedef {{start: number, names: string[]}} Declaration */

/** @typedef {{name: string, documented: boolean}} Export */

/**
 * @param {Program} program
 * @param {readonly Comment[]} comments
 * @param {string} source
 * @returns {Export[]} each name once: a type and a value of one name, or the overloads of a function, are one export
 */
export function exportsOf(program, comments, source) {
  /** @type {Map<string, boolean>} */
  const found = new Map();
  const local = new Map(
    program.body.flatMap((node) => {
      const declaration = declarationOf(node, node.start);
      return (declaration?.names ?? []).map((name) => [name, node.start]);
    }),
  );
  /** @param {string} name @param {number} start */
  const add = (name, start) => {
    found.set(name, isDocumented(start, comments, source) || found.get(name) === true);
  };
  for (const node of program.body) {
    if (node.type !== 'ExportNamedDeclaration' || node.source) continue;
    for (const name of declarationOf(node.declaration, node.start)?.names ?? []) add(name, node.start);
    for (const { local: from, exported } of node.specifiers) {
      const start = 'name' in from ? local.get(from.name) : undefined;
      if (start !== undefined) add('name' in exported ? exported.name : exported.value, start);
    }
  }
  return [...found].map(([name, documented]) => ({ name, documented }));
}

/**
 * @param {import('vite').ESTree.Statement | import('vite').ESTree.Declaration | null} node
 * @param {number} start
 * @returns {Declaration | undefined} undefined when the node declares nothing
 */
function declarationOf(node, start) {
  switch (node?.type) {
    case 'FunctionDeclaration':
    case 'TSDeclareFunction':
    case 'ClassDeclaration':
      return { start, names: node.id ? [node.id.name] : [] };
    case 'TSInterfaceDeclaration':
    case 'TSTypeAliasDeclaration':
    case 'TSEnumDeclaration':
      return { start, names: [node.id.name] };
    case 'VariableDeclaration':
      return { start, names: node.declarations.flatMap(({ id }) => boundNames(id)) };
    default:
      return undefined;
  }
}

/** @param {import('vite').ESTree.BindingPattern} pattern @returns {string[]} */
function boundNames(pattern) {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern.name];
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) =>
        boundNames(property.type === 'RestElement' ? property.argument : property.value),
      );
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) =>
        element ? boundNames(element.type === 'RestElement' ? element.argument : element) : [],
      );
    default:
      return boundNames(pattern.left);
  }
}

/** @param {number} start @param {readonly Comment[]} comments @param {string} source */
function isDocumented(start, comments, source) {
  return comments.some(
    ({ type, value, end }) =>
      type === 'Block' &&
      value.startsWith('*') &&
      end <= start &&
      /^[ \t]*\n?[ \t]*$/.test(source.slice(end, start)),
  );
}
