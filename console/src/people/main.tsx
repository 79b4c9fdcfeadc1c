import { useEffect, useState } from 'react';
import { show, usePage } from '../page';
import './people.css';
import { SessionBar } from '../SessionBar';
import { ME, ask, type Me } from './api';
import { Mine } from './Mine';
import { Staff } from './Staff';
import { peopleWords } from './words';
import { Wishes } from './Wishes';

function People() {
  const { session, again, words, bar } = usePage(peopleWords, ({ signInFirst }) => ({ hint: signInFirst }));
  const [me, setMe] = useState<Me | null>();
  useEffect(() => {
    ask<{ me: Me | null }>(ME).then(
      (answer) => setMe(answer?.me ?? null),
      () => setMe(null),
    );
  }, [session]);

  const appoints = me?.roles.includes('administrator') ?? false;
  return (
    <>
      <SessionBar {...bar} />
      <main className="people">
        {me && <Mine words={words} me={me} onChange={again} />}
        {appoints && <Wishes words={words} />}
        {me && !me.person.company && <Staff words={words} appoints={appoints} />}
      </main>
    </>
  );
}

show(<People />);
