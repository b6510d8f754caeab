import { describeParlance } from "./_conformance.ts";
import { openEmbedded } from "./_installation.ts";

describeParlance("in one process", openEmbedded);
