/** Where the page of a shared session begins: all it shows stands in its own file. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import type { ShareJson } from '../../../src/query/api/share.ts';
import { answerFrom } from '../api/client.ts';
import { Alone } from '../components/alone.ts';
import { stopClock } from '../models/clock.ts';
import { startTheme } from '../shell/theme.ts';
import { SharePage } from './share-page.tsx';
import '../theme.css';
import './share.css';

const SPAN = /^\/spans\/(\w+)$/;

const json = JSON.parse(document.getElementById('session')?.textContent ?? '') as ShareJson;
// What was open when it was exported does not grow on.
stopClock(json.exportedMillis);
answerFrom((path) => json.spans[SPAN.exec(path)?.[1] ?? '']);
startTheme();
printLight();
const element = document.getElementById('root');
if (element) {
  createRoot(element).render(
    <StrictMode>
      <Alone value>
        <SharePage json={json} />
      </Alone>
    </StrictMode>,
  );
}

/** Paper is white. */
function printLight(): void {
  const { dataset } = document.documentElement;
  let shown = dataset.theme;
  addEventListener('beforeprint', () => {
    shown = dataset.theme;
    dataset.theme = 'light';
  });
  addEventListener('afterprint', () => {
    dataset.theme = shown;
  });
}
