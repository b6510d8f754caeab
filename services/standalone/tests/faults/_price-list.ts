const places = ["Norway", "Denmark", "Spain", "Iceland", "Portugal", "Finland", "Greece", "Poland", "Austria", "Ireland", "Malta"];
const furtherPlaces = ["Cyprus", "Croatia", "Hungary", "Latvia", "Estonia", "Belgium", "Bulgaria", "Romania", "Slovenia"];
const countries = [...places, ...furtherPlaces];

/** Make a training so long that something can be killed in the middle of it. */
const screws = 400;

/** A price and a time for each country. */
export const parcelFacts = 2 * countries.length;

/**
 * Knowledge that comes out in numbered editions, each of which replaces every part of the one before: prices are indexed first, times last, so
 * that for most of a training one is of the new edition and the other of the old.
 */
export function priceList(edition: number) {
  const parcels = countries.map((country, i) => ({
    id: `parcel-${country}`,
    information: {
      name: `Parcel to ${country}`,
      price: `A parcel to ${country} costs ${edition + i} euros in edition ${edition}.`,
    },
  }));
  const others = Array.from({ length: screws }, (_, i) => ({
    id: `screw-${i}`,
    information: { name: `Screw ${i}`, note: `Made of brass, listed in edition ${edition}.` },
  }));
  const qAndAs = countries.map((country, i) => ({
    question: `How long does a parcel to ${country} take?`,
    answer: `A parcel to ${country} takes ${edition + i} days in edition ${edition}.`,
  }));
  return { products: [...parcels, ...others], qAndAs };
}

/** What only a price and a time together answer; each country has its turn. */
export function parcelQuestion(turn: number): string {
  return `What does a parcel to ${countries[turn % countries.length]} cost, and how long does it take?`;
}

/** What a text tells of parcels: `edition 3`, or `edition 3 and edition 4` when it mixes them. */
export function editionsIn(text: string): string {
  return [...new Set(text.match(/edition \d+/g))].sort().join(" and ");
}

export function parcelFactsIn(text: string): number {
  return text.match(/A parcel to \w+ (?:costs|takes)/g)?.length ?? 0;
}
