import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { engineNames } from "./engine.ts";
import { imageOf, officialImages } from "./images.ts";

test("tests run on the images that the compose file runs", () => {
  const compose = readFileSync(new URL("../../../deploy/compose/compose.yaml", import.meta.url), "utf8");
  for (const engine of engineNames) expect(compose).toContain(`    image: ${officialImages[engine]}\n`);
});

test("an image can be another by a setting", () => {
  const env = { PARLANCE_TEST_KAFKA_IMAGE: "mirror.example.com/apache/kafka:4.4.0" };
  expect(imageOf("Kafka", env)).toBe("mirror.example.com/apache/kafka:4.4.0");
  expect(imageOf("MongoDB", env)).toBe(officialImages.MongoDB);
});
