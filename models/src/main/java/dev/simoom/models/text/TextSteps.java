package dev.simoom.models.text;

/**
 * What a pretrained tokenizer does with a text before pairs are merged.
 *
 * @param before the added tokens that are found in the text as it is
 * @param composes whether the text is brought to Unicode's form NFC
 * @param after the added tokens that are found after that
 * @param prefixSpace whether a space is put before text that starts with none
 * @param pattern cuts text into pieces
 */
record TextSteps(
    AddedTokens before,
    boolean composes,
    AddedTokens after,
    boolean prefixSpace,
    PublishedPattern pattern) {}
