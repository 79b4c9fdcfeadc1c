import '../console.css';
import './people.css';
import { StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { SessionBar } from '../SessionBar';
import { dictionary, preferredLanguage } from '../words';
import { ME, ask, type Me } from './api';
import { Mine } from './Mine';
import { Staff } from './Staff';
import { peopleWords } from './words';
import { Wishes } from './Wishes';

function People() {
  const [language, setLanguage] = useState(preferredLanguage);
  const [round, setRound] = useState(0);
  const [me, setMe] = useState<Me | null>();
  const words = peopleWords[language];

  useEffect(() => {
    document.documentElement.lang = language;
    document.title = words.title;
  }, [language, words]);
  useEffect(() => {
    ask<{ me: Me | null }>(ME).then(
      (answer) => setMe(answer?.me ?? null),
      () => setMe(null),
    );
  }, [round]);

  const again = () => setRound((round) => round + 1);
  const appoints = me?.roles.includes('administrator') ?? false;
  return (
    <>
      <SessionBar
        words={{ ...dictionary[language], hint: words.signInFirst }}
        onChange={again}
        onOtherLanguage={() => setLanguage(language === 'en' ? 'zh-CN' : 'en')}
      />
      <main className="people">
        {me && <Mine words={words} me={me} onChange={again} />}
        {appoints && <Wishes words={words} />}
        {me && !me.person.company && <Staff words={words} appoints={appoints} />}
      </main>
    </>
  );
}

const root = document.getElementById('console');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <People />
    </StrictMode>,
  );
}
