// test/bench/duckdb.mjs FILE.csv: loads the complaints, then answers each line of standard input, a number of threads and a
// query, by the milliseconds that it took and its rows, with a line `done` behind them. It runs where @duckdb/node-api lies.
import { createInterface } from 'node:readline'
import duckdb, { DuckDBInstance } from '@duckdb/node-api'

const connection = await (await DuckDBInstance.create(':memory:')).connect()
await connection.run(`
	CREATE TYPE outcome AS ENUM ('mediated', 'failed', 'settled', 'unsettled', 'withdrawn', 'rejected', 'transferred', 'pending');
	CREATE TYPE satisfaction AS ENUM ('very_dissatisfied', 'dissatisfied', 'neutral', 'fairly_satisfied', 'satisfied', 'very_satisfied');
	CREATE TABLE complaint (id BIGINT, county VARCHAR, enterprise VARCHAR, received TIMESTAMPTZ, concluded TIMESTAMPTZ, outcome outcome,
		satisfaction satisfaction, converted BOOLEAN, escalated TIMESTAMPTZ, cleared TIMESTAMPTZ, received_utc TIMESTAMP);
	COPY complaint FROM '${process.argv[2]}' (FORMAT csv, HEADER true)`)
console.log(duckdb.version())

for await (const line of createInterface({ input: process.stdin })) {
	const [, threads, query] = line.match(/^(\d+) (.*)$/)
	await connection.run(`SET threads = ${threads}`)
	const begun = process.hrtime.bigint()
	const rows = (await connection.runAndReadAll(query)).getRows()
	console.log(Number(process.hrtime.bigint() - begun) / 1e6)
	for (const row of rows) console.log(row.map(value => value ?? '').join('|'))
	console.log('done')
}
