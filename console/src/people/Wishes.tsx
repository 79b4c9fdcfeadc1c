import { useEffect, useState } from 'react';
import { DECLINE, ERASE, WISHES, ask, type Refusal, type Wish } from './api';
import { when } from './Mine';
import { Reason } from './Reason';
import type { PeopleWords } from './words';

/** Who asks to be erased, for administrators; nothing for anybody else. */
export function Wishes({ words }: { words: PeopleWords }) {
  const [wishes, setWishes] = useState<Wish[]>();
  const [round, setRound] = useState(0);

  useEffect(() => {
    ask<{ erasureWishes: Wish[] | null }>(WISHES).then(
      (answer) => setWishes(answer?.erasureWishes ?? undefined),
      () => setWishes(undefined),
    );
  }, [round]);

  if (!wishes) return null;

  async function answer(query: string, id: string, reason: string) {
    const said = await ask<{ answer: { refusal: Refusal | null } }>(query, { id, reason });
    if (!said) return words.failed;
    if (!said.answer.refusal) setRound(round + 1);
    return said.answer.refusal?.message;
  }

  return (
    <section>
      <h2>{words.wishes}</h2>
      {wishes.length === 0 && <p>{words.noWishes}</p>}
      <ul className="wishes">
        {wishes.map(
          ({ at, person }) =>
            person && (
              <li key={person.id}>
                <strong>{person.name}</strong> <time dateTime={at}>{when(at)}</time>{' '}
                <Reason words={words} label={words.decline} onConfirm={(reason) => answer(DECLINE, person.id, reason)} />{' '}
                <Reason words={words} label={words.erase} onConfirm={(reason) => answer(ERASE, person.id, reason)} />
              </li>
            ),
        )}
      </ul>
    </section>
  );
}
