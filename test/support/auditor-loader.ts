import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectRoot } from '../../services/shared/runtime/root.js';

/** The built module with which an auditor loads policies in a process of its own. */
export const AUDITOR_LOADER: URL = pathToFileURL(join(projectRoot, 'dist/services/auditor/load-child.js'));
