/** Beside the content where there is room, and as wide as one drags it; on narrow screens below it, or, for a span, over its lower part. */
import { useEffect, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import { classNames } from '../../components/class-names.ts';
import { keep, readKept } from '../../shell/kept.ts';
import { useKeys } from '../../shell/use-keys.ts';

const KEY = 'spoor.session.panel';
const LEAST_PX = 260;
const MOST_PX = 900;
const USUAL_PX = 380;
const STEP_PX = 24;

export interface SidePanelProps {
  /** It stands for something that Escape closes. */
  isLayer: boolean;
  onClose(): void;
  children: ReactNode;
}

export function SidePanel({ isLayer, onClose, children }: SidePanelProps): ReactNode {
  const [width, setWidth] = useState(() => clamp(Number(readKept(KEY) ?? USUAL_PX)));
  useEffect(() => keep(KEY, String(width)), [width]);
  useKeys({ Escape: onClose }, isLayer);
  return (
    <>
      <Divider width={width} onWidth={(next) => setWidth(clamp(next))} />
      <aside
        {...(isLayer ? { 'data-layer': '' } : {})}
        aria-label={isLayer ? 'Span' : 'Summary'}
        tabIndex={0}
        className={classNames('min-w-0 lg:w-(--panel-width) lg:shrink-0 lg:overflow-y-auto', isLayer && 'max-lg:fixed max-lg:inset-x-0 max-lg:bottom-12 max-lg:z-20 max-lg:h-[62dvh] max-lg:overflow-y-auto max-lg:border-t max-lg:border-line-strong max-lg:bg-bg max-lg:p-2 max-lg:shadow-(--shadow) sm:max-lg:bottom-6')}
        style={{ '--panel-width': `${width}px` } as never}
      >
        {children}
      </aside>
    </>
  );
}

function Divider({ width, onWidth }: { width: number; onWidth: (px: number) => void }): ReactNode {
  const drag = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.currentTarget.hasPointerCapture(event.pointerId)) onWidth(width - event.movementX);
  };
  const press = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: STEP_PX, ArrowRight: -STEP_PX }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    onWidth(width + step);
  };
  return (
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label="Width of the panel"
      aria-valuenow={width}
      aria-valuemin={LEAST_PX}
      aria-valuemax={MOST_PX}
      tabIndex={0}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={drag}
      onDoubleClick={() => onWidth(USUAL_PX)}
      onKeyDown={press}
      className="-mx-2.5 hidden w-2 shrink-0 cursor-col-resize rounded hover:bg-line lg:block"
    />
  );
}

function clamp(px: number): number {
  return Number.isFinite(px) ? Math.max(LEAST_PX, Math.min(MOST_PX, Math.round(px))) : USUAL_PX;
}
