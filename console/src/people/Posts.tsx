import { useState, type FormEvent } from 'react';
import { POSTS, ask, type Person, type Refusal, type Unit } from './api';
import type { PeopleWords } from './words';

interface Properties {
  words: PeopleWords;
  person: Person;
  roles: string[];
  units: Unit[];
  onSaved: () => void;
  onCancel: () => void;
}

/** What somebody may be, and in which units. */
export function Posts({ words, person, roles, units, onSaved, onCancel }: Properties) {
  const [unit, setUnit] = useState(person.unit?.id ?? '');
  const [held, setHeld] = useState(person.roles);
  const [posts, setPosts] = useState(person.posts.map(({ unit, role }) => ({ unitId: unit.id, role })));
  const [refusal, setRefusal] = useState<string>();

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const input = { personId: person.id, unitId: unit || null, roles: held, posts };
    const said = await ask<{ personPostsSet: { refusal: Refusal | null } }>(POSTS, { input }).catch(() => null);
    const refused = said ? said.personPostsSet.refusal?.message : words.failed;
    setRefusal(refused);
    if (!refused) onSaved();
  }

  const change = (place: number, part: Partial<(typeof posts)[number]>) =>
    setPosts(posts.map((post, at) => (at === place ? { ...post, ...part } : post)));
  return (
    <form className="posts" onSubmit={submit}>
      <label>
        {words.unit}{' '}
        <select name="unit" value={unit} onChange={(event) => setUnit(event.target.value)}>
          <option value="">{words.noUnit}</option>
          {units.map(option)}
        </select>
      </label>
      <fieldset>
        <legend>{words.roles}</legend>
        {roles.map((role) => (
          <label key={role}>
            <input
              type="checkbox"
              checked={held.includes(role)}
              onChange={({ target }) => setHeld(target.checked ? [...held, role] : held.filter((one) => one !== role))}
            />{' '}
            {role}
          </label>
        ))}
      </fieldset>
      <fieldset>
        <legend>{words.posts}</legend>
        {posts.map((post, place) => (
          <p key={place}>
            <select value={post.unitId} onChange={({ target }) => change(place, { unitId: target.value })}>
              {units.map(option)}
            </select>{' '}
            <select value={post.role} onChange={({ target }) => change(place, { role: target.value })}>
              {roles.map((role) => (
                <option key={role}>{role}</option>
              ))}
            </select>{' '}
            <button type="button" onClick={() => setPosts(posts.filter((_, at) => at !== place))}>
              {words.remove}
            </button>
          </p>
        ))}
        <button
          type="button"
          onClick={() => setPosts([...posts, { unitId: units[0]?.id ?? '', role: roles[0] ?? '' }])}
        >
          {words.addPost}
        </button>
      </fieldset>
      <button>{words.save}</button>{' '}
      <button type="button" onClick={onCancel}>
        {words.cancel}
      </button>
      {refusal && <output role="alert">{refusal}</output>}
    </form>
  );
}

function option({ id, name }: Unit) {
  return (
    <option key={id} value={id}>
      {name}
    </option>
  );
}
