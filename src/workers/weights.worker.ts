import { openBrowserStore, watchPolicy } from '../weights/browser-store.ts';
import { createKeeper } from '../weights/keeper.ts';
import { expose } from './wire.ts';

expose(createKeeper(openBrowserStore, fetch.bind(globalThis), watchPolicy()));
