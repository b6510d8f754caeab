import { DOMParser } from "linkedom";

export type XmlElement = ReturnType<DOMParser["parseFromString"]>["documentElement"];

/** All elements of a name in a part of a Word document; none where there is no such part. */
export function elementsOf(xml: string, name: string): XmlElement[] {
  return xml === "" ? [] : [...new DOMParser().parseFromString(xml, "text/xml").getElementsByTagName(name)];
}
