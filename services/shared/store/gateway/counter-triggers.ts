/**
 * Returns the SQL of triggers that keep a counter equal to the number of rows of `table` for which `condition` is true.
 * `condition` names a column as `$.column`. `counter` is the name of a row of the table `counter`.
 */
export function countedBy(table: string, condition: string, counter: string): string {
  const is = (row: 'new' | 'old'): string => `(${condition.replaceAll('$', row)})`;
  const on = (event: 'INSERT' | 'UPDATE' | 'DELETE', change: string): string =>
    `CREATE TRIGGER ${counter}_${event.toLowerCase()} AFTER ${event} ON ${table} WHEN ${change} <> 0 BEGIN
       UPDATE counter SET value = value + ${change} WHERE name = '${counter}';
     END;`;
  const changes = condition === 'true' ? '' : on('UPDATE', `(${is('new')} - ${is('old')})`);
  return [on('INSERT', is('new')), on('DELETE', `(-${is('old')})`), changes].join('\n');
}
