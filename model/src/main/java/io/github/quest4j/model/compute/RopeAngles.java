package io.github.quest4j.model.compute;

/**
 * Cosines and sines of one step's rotary embedding.
 *
 * @param pairs rotated pairs of a head (half of the rotated channels)
 * @param interleaved whether channel 2i is paired with 2i+1 (as in Llama files) or i with i+pairs
 *     (NeoX)
 * @param cos {@code [rows, pairs]}
 * @param sin {@code [rows, pairs]}
 */
public record RopeAngles(int pairs, boolean interleaved, float[] cos, float[] sin) {}
