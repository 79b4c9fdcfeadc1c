import { useEffect, useState } from 'react';
import { show, usePage } from '../page';
import './mail.css';
import { SessionBar } from '../SessionBar';
import { mine } from './ask';
import { mailDictionary } from './words';
import { Wishes } from './Wishes';
import { Wordings } from './Wordings';

function Mail() {
  const { language, session, words, bar } = usePage(mailDictionary, ({ signInFirst }) => ({ hint: signInFirst }));
  const [me, setMe] = useState<Awaited<ReturnType<typeof mine>>>();
  useEffect(() => {
    mine(language).then(setMe, () => setMe(undefined));
  }, [language, session]);

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

show(<Mail />);
