import { useEffect, useState } from 'react';
import { PLACES, REVEAL, STAFF, ask, type Person, type Refusal, type Unit } from './api';
import { Posts } from './Posts';
import { Reason } from './Reason';
import type { PeopleWords } from './words';

interface Properties {
  words: PeopleWords;
  /** Whether whoever is signed in says who is what. */
  appoints: boolean;
}

interface Places {
  roles: string[];
  units: Unit[];
}

/** Who holds a role, with what reaches them in part until somebody says why they need more. */
export function Staff({ words, appoints }: Properties) {
  const [places, setPlaces] = useState<Places>();
  const [role, setRole] = useState('');
  const [people, setPeople] = useState<Person[]>([]);
  const [round, setRound] = useState(0);

  useEffect(() => {
    ask<Places>(PLACES).then(
      (answer) => {
        setPlaces(answer?.roles ? answer : undefined);
        setRole((role) => role || (answer?.roles?.[0] ?? ''));
      },
      () => setPlaces(undefined),
    );
  }, []);
  useEffect(() => {
    let current = true;
    if (!role) return;
    ask<{ people: Person[] | null }>(STAFF, { role }).then(
      (answer) => current && setPeople(answer?.people ?? []),
      () => current && setPeople([]),
    );
    return () => {
      current = false;
    };
  }, [role, round]);

  if (!places) return null;
  return (
    <section>
      <h2>{words.people}</h2>
      <label>
        {words.role}{' '}
        <select name="role" value={role} onChange={({ target }) => setRole(target.value)}>
          {places.roles.map((role) => (
            <option key={role}>{role}</option>
          ))}
        </select>
      </label>
      <table>
        <thead>
          <tr>
            {[words.name, words.login, words.email, words.unit, words.roles, words.posts].map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
            <th />
          </tr>
        </thead>
        <tbody>
          {people.map((person) => (
            <Row
              key={person.id}
              {...{ words, person, places, appoints }}
              onSaved={() => setRound(round + 1)}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface RowProperties extends Properties {
  person: Person;
  places: Places;
  onSaved: () => void;
}

interface Revealed {
  key: string;
  text: string;
}

function Row({ words, person, places, appoints, onSaved }: RowProperties) {
  const [revealed, setRevealed] = useState<Revealed[]>([]);
  const [changing, setChanging] = useState(false);

  async function reveal(reason: string) {
    const said = await ask<{ reveal: { revealed: Revealed[] | null; refusal: Refusal | null } }>(REVEAL, {
      id: person.id,
      reason,
    });
    if (!said) return words.failed;
    setRevealed(said.reveal.revealed ?? []);
    return said.reveal.refusal?.message;
  }

  const whole = (key: string) => revealed.find((one) => one.key === key)?.text;
  return (
    <>
      <tr data-login={person.login}>
        <th scope="row">{person.name}</th>
        <td>{whole('login') ?? person.login}</td>
        <td className="email">{whole('email') ?? person.email}</td>
        <td>{person.unit?.name}</td>
        <td>{person.roles.join(', ')}</td>
        <td className="posts">{person.posts.map(({ unit, role }) => `${unit.name}: ${role}`).join('; ')}</td>
        <td>
          {revealed.length === 0 && <Reason words={words} label={words.reveal} onConfirm={reveal} />}{' '}
          {appoints && !changing && (
            <button type="button" onClick={() => setChanging(true)}>
              {words.change}
            </button>
          )}
        </td>
      </tr>
      {changing && (
        <tr>
          <td colSpan={7}>
            <Posts
              {...{ words, person, ...places }}
              onSaved={() => {
                setChanging(false);
                onSaved();
              }}
              onCancel={() => setChanging(false)}
            />
          </td>
        </tr>
      )}
    </>
  );
}
