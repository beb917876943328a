/**
 * Assertions for tests: {@link dev.danta.check.assertion.HistoryAssertion} fails a test whose history is not valid, and leaves
 * behind in {@code FailureFolder} what a person needs to see why. They throw {@link AssertionError}, so that they are at home
 * in whatever runs the tests.
 */
@NullMarked
package dev.danta.check.assertion;

import org.jspecify.annotations.NullMarked;
