/** Whether the page is a file of its own: there are no other pages to lead to, and nobody to ask. */
import { createContext } from 'react';

export const Alone = createContext(false);
