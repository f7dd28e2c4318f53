/** The pages in the order of the navigation: their names, places, icons and keys. */
import { Activity, ArrowLeftRight, Coins, Gauge, HeartPulse, ListTree, type LucideIcon, Settings, ShieldCheck, Sparkles, Wrench } from 'lucide-react';

export interface PageEntry {
  path: '/' | '/sessions' | '/tools' | '/skills' | '/models' | '/compare' | '/telemetry' | '/policy' | '/health' | '/settings';
  label: string;
  /** Where there is room for one word. */
  short?: string;
  icon: LucideIcon;
  /** Behind `g`. */
  key: string;
  /** Stands in the bar at the bottom of a phone. */
  isMain?: boolean;
}

export const PAGES: readonly PageEntry[] = [
  { path: '/', label: 'Overview', icon: Gauge, key: 'o', isMain: true },
  { path: '/sessions', label: 'Sessions', icon: ListTree, key: 's', isMain: true },
  { path: '/tools', label: 'Tools', icon: Wrench, key: 't', isMain: true },
  { path: '/skills', label: 'Skills', icon: Sparkles, key: 'k' },
  { path: '/models', label: 'Models & cost', short: 'Models', icon: Coins, key: 'm', isMain: true },
  { path: '/compare', label: 'Compare', icon: ArrowLeftRight, key: 'c' },
  { path: '/telemetry', label: 'Telemetry', icon: Activity, key: 'l' },
  { path: '/policy', label: 'Policy', icon: ShieldCheck, key: 'p' },
  { path: '/health', label: 'Health', icon: HeartPulse, key: 'h', isMain: true },
  { path: '/settings', label: 'Settings', icon: Settings, key: ',' },
];
