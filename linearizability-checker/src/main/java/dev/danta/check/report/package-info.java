/**
 * Verdicts for people: {@link dev.danta.check.report.TextReport} in words, {@link dev.danta.check.report.HtmlReport} as a
 * page with operations in {@code Lanes} and cycles as {@code CycleDrawing}; and for build servers, as {@link
 * dev.danta.check.report.JunitReport}.
 */
@NullMarked
package dev.danta.check.report;

import org.jspecify.annotations.NullMarked;
