import { useState } from 'react';
import type { Language } from '../words';
import { prefer, type Delivery, type Preferences } from './ask';
import type { MailWords } from './words';

interface Properties {
  language: Language;
  words: MailWords;
  preferences: Preferences;
}

const deliveries: Delivery[] = ['AT_ONCE', 'DAILY', 'OFF'];

/** When somebody gets which mail. Every change counts at once, and what is shown is what the desk says counts. */
export function Wishes({ language, words, preferences }: Properties) {
  const [now, setNow] = useState(preferences);
  const [said, setSaid] = useState('');

  async function set(input: Parameters<typeof prefer>[1]) {
    setSaid('');
    const counts = await prefer(language, input).catch(() => undefined);
    if (counts) setNow(counts);
    setSaid(counts ? words.saved : words.failed);
  }

  return (
    <section className="wishes">
      <h1>{words.mine}</h1>
      <p>{words.mineHint}</p>
      <label className="quiet">
        <input
          type="checkbox"
          name="quietHours"
          checked={now.quietHours}
          onChange={(event) => set({ quietHours: event.target.checked })}
        />
        {words.quietHours}
      </label>
      <table>
        <thead>
          <tr>
            <th>{words.kind}</th>
            <th>{words.delivery}</th>
          </tr>
        </thead>
        <tbody>
          {now.kinds.map(({ kind, title, delivery, mayBeOff }) => (
            <tr key={kind}>
              <td>{title}</td>
              <td>
                <select
                  name={kind}
                  aria-label={title}
                  value={delivery}
                  onChange={(event) => set({ kinds: [{ kind, delivery: event.target.value as Delivery }] })}
                >
                  {deliveries
                    .filter((choice) => choice !== 'OFF' || mayBeOff)
                    .map((choice) => (
                      <option key={choice} value={choice}>
                        {words.deliveries[choice]}
                      </option>
                    ))}
                </select>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <output>{said}</output>
    </section>
  );
}
