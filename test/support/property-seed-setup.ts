import fc from "fast-check";

/**
 * Each run of the property tests tries the same inputs, so that a change is never judged by chance. `PROPERTY_SEED`, a
 * 32-bit integer, tries others.
 */
fc.configureGlobal({ seed: Number(process.env.PROPERTY_SEED ?? 20_261_130) });
