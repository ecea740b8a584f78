import { ncipNamespace } from './message.ts';
import type { SentAttribute, SentElement } from './sent.ts';

/**
 * The message as it would have been sent by the standard, where what was sent can only have meant that: unqualified
 * `version` and `Scheme` are taken for the qualified ones. Most clients that write their XML by hand send them so,
 * though the schema wants `ncip:version`.
 */
export function normalised(root: SentElement): SentElement {
  return { ...qualified(root, 'version'), children: root.children.map(withSchemes) };
}

function withSchemes(sent: SentElement): SentElement {
  return { ...qualified(sent, 'Scheme'), children: sent.children.map(withSchemes) };
}

/** Where both were sent, the unqualified one is what the client's author looked at. */
function qualified(sent: SentElement, name: string): SentElement {
  const bare = sent.attributes.find((attribute) => attribute.namespace === '' && attribute.name === name);
  if (sent.namespace !== ncipNamespace || bare === undefined) return sent;
  const isNamed = (attribute: SentAttribute): boolean =>
    attribute.name === name && (attribute.namespace === '' || attribute.namespace === ncipNamespace);
  const others = sent.attributes.filter((attribute) => !isNamed(attribute));
  return { ...sent, attributes: [...others, { ...bare, namespace: ncipNamespace }] };
}
