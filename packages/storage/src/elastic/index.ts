export { openElasticSearchIndex, type ElasticSearchIndexOptions } from "./search-index.ts";
