import { writeFileSync } from "node:fs";
import { openApiFile, openApiYaml } from "../src/openapi/write.ts";

writeFileSync(openApiFile, openApiYaml());
