/** The service that answers the dashboard's questions. */
import type { Home } from '../../config/home.ts';
import { createQueryService } from '../../query/query-service.ts';
import type { QueryService } from '../../server/route.ts';

/** Opens it for this home; its threads start with the first question. */
export function openQuery(home: Home): QueryService & { close(): Promise<void> } {
  return createQueryService({ database: home.database, search: home.search });
}
