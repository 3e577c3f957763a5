/** Chat templates against jinja2's renderings, and against hostile sources. */
@org.jspecify.annotations.NullMarked
package io.github.quest4j.model.chat;
