/** `ask-all.ts <home> <questions as JSON>`: asks them all, says `asked`, and stays to be looked at. */
import { join } from 'node:path';
import { createQueryService } from '#spoor/query/query-service.ts';
import type { Question } from '#spoor/query/question.ts';

const [home = '', questions = '[]'] = process.argv.slice(2);
const service = createQueryService({ database: join(home, 'spoor.db'), search: join(home, 'search.db') });
for (let round = 0; round < 3; round += 1) for (const question of JSON.parse(questions) as Question[]) await service.ask(question);
console.log('asked');
setInterval(() => {}, 60_000);
