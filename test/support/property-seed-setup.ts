import fc from "fast-check";

/**
 * Each run of the property tests tries the same inputs, so that the result does not depend on chance. Set
 * `PROPERTY_SEED`, a 32-bit integer, to try other inputs.
 */
fc.configureGlobal({ seed: Number(process.env.PROPERTY_SEED ?? 20_261_130) });
