/** Chat templates: from a conversation to the exact prompt text a model was trained on. */
@org.jspecify.annotations.NullMarked
package io.github.quest4j.model.chat;
