/** One check of `doctor`: looks at one thing and says what it saw. Types only. The list is `checks/index.ts`. */
import type { Finding } from '../../core/finding.ts';
import type { DoctorContext } from '../doctor-context.ts';

export interface Check {
  /** Stands in its findings where it fails itself. */
  name: string;
  /** May throw: that is a finding, too. Bounded to a few seconds. */
  run(context: DoctorContext): Finding[];
}
