/** Makes what depends on a question and a language once for each language: candidates are many, and a question may be long. */
export function oncePerLanguage<Made>(make: (language: string) => Made): (language: string) => Made {
  const known = new Map<string, { made: Made }>();
  return (language) => {
    const found = known.get(language) ?? { made: make(language) };
    known.set(language, found);
    return found.made;
  };
}
