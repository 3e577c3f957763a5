package io.github.quest4j.model.tokenizer;

import java.util.Random;

/** Text of all sorts, the same for the same seed. */
final class RandomText {
  private static final String[] PARTS = {
    " ",
    " ",
    " ",
    "  ",
    "\n",
    "\r\n",
    "\t",
    "\u00a0",
    "\u3000",
    "\u2028",
    "\u0000",
    "\u001b",
    "'s",
    "'LL",
    "'",
    "the",
    "The",
    "naïve",
    "Straße",
    "русский",
    "日本語",
    "한국어",
    "שלום",
    "e\u0301",
    "\u0301\u0308",
    "🙂",
    "👩\u200d👩\u200d👧",
    "🇩🇪",
    "𝟙",
    "½",
    "٣",
    "12",
    "345678",
    "...",
    "==",
    "_",
    "\u200b",
    "\ufeff",
    "\ufffd",
    "\ue000",
    "\udbff\udffd",
    "▁",
  };

  private RandomText() {}

  static String of(Random random, int parts) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < parts; i++) {
      if (random.nextInt(5) > 0) {
        text.append(PARTS[random.nextInt(PARTS.length)]);
        continue;
      }
      int c = random.nextInt(random.nextBoolean() ? 0x3000 : Character.MAX_CODE_POINT + 1);
      text.appendCodePoint(c >= 0xd800 && c < 0xe000 ? 'x' : c);
    }
    return text.toString();
  }
}
