import '../console.css';
import './mail.css';
import { StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { SessionBar } from '../SessionBar';
import { dictionary, preferredLanguage } from '../words';
import { mine } from './ask';
import { mailDictionary } from './words';
import { Wishes } from './Wishes';
import { Wordings } from './Wordings';

function Mail() {
  const [language, setLanguage] = useState(preferredLanguage);
  const [session, setSession] = useState(0);
  const [me, setMe] = useState<Awaited<ReturnType<typeof mine>>>();
  const words = mailDictionary[language];

  useEffect(() => {
    document.documentElement.lang = language;
    document.title = words.title;
  }, [language, words]);

  useEffect(() => {
    mine(language).then(setMe, () => setMe(undefined));
  }, [language, session]);

  const bar = {
    words: { ...dictionary[language], hint: words.signInFirst },
    onChange: () => setSession((count) => count + 1),
    onOtherLanguage: () => setLanguage(language === 'en' ? 'zh-CN' : 'en'),
  };
  return (
    <>
      <SessionBar {...bar} />
      {/* New keys begin anew with what this session may see, in the language it is read in. */}
      {me && (
        <main className="mail" key={`${session} ${language}`}>
          <Wishes language={language} words={words} preferences={me.preferences} />
          {me.administers && <Wordings language={language} words={words} />}
        </main>
      )}
    </>
  );
}

const root = document.getElementById('console');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Mail />
    </StrictMode>,
  );
}
