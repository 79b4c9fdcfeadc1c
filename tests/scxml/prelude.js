// What a session's scripts find: In(), and the little of the DOM that documents ask of XML data.
(function (active) {
  Object.defineProperty(globalThis, "In", { value: (name) => active.has(name) });

  class Element {
    constructor({ name, attributes, children, xml }) {
      this.tagName = name;
      this.attributes = attributes;
      this.childNodes = children.map((child) => (typeof child === "string" ? child : new Element(child)));
      // The whole text, by which the element travels in an event.
      Object.defineProperty(this, "outerHTML", { value: xml });
    }
    getAttribute(name) {
      return Object.hasOwn(this.attributes, name) ? this.attributes[name] : null;
    }
    getElementsByTagName(name) {
      return this.childNodes.flatMap((child) => {
        if (typeof child === "string") return [];
        const inner = child.getElementsByTagName(name);
        return name === "*" || child.tagName === name ? [child, ...inner] : inner;
      });
    }
    get textContent() {
      return this.childNodes.map((child) => (typeof child === "string" ? child : child.textContent)).join("");
    }
  }
  return (tree) => new Element(tree);
});
