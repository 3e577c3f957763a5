/** Tests of the page in a real browser. */
@NullMarked
package io.github.quest4j.server.page;

import org.jspecify.annotations.NullMarked;
