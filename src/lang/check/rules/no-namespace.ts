import { problem } from '../../diagnostics.ts';
import { schemas } from '../../schema/constructs.ts';
import { nameSpan, type ProgramRule, reportOn } from './rule.ts';

/** OCM2304: objects that live in a namespace, in a file that names none; said once for each file (Rule 23). */
export const noNamespace: ProgramRule = ({ blocks }, session) => {
  const said = new Set<unknown>();
  for (const block of blocks) {
    const isEmitted = schemas[block.construct].namespaced && block.construct !== 'rollout';
    if (!isEmitted || block.namespace !== '' || said.has(block.file)) continue;
    said.add(block.file);
    const what = `\`${block.construct} ${block.name}\``;
    const help = ['write `namespace n` at the top of the file, or give `--namespace`'];
    reportOn(block, problem('OCM2304', nameSpan(block), { what }, { help }), session);
  }
};
