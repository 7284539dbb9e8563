import { memoryStore } from '../../../src/runtime/store/memory.ts';
import { describeStore } from './suite.ts';

describeStore('memory', (retention) => Promise.resolve(memoryStore(retention)));
