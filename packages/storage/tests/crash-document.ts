export interface CrashDocument {
  writer: string;
  sequence: number;
  filler: string;
}
