import type { Knex } from 'knex';

/** What is kept of an uploaded file. It hangs on the credential that stands for the file, and goes with it. */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    create table uploads (
      programme_id uuid not null,
      credential_id uuid not null,
      digest text not null,
      rows int not null,
      pages int not null,
      labels jsonb not null,
      uploaded_at timestamptz not null default rollcall_now(),
      primary key (programme_id, credential_id),
      foreign key (programme_id, credential_id) references credentials (programme_id, id) on delete cascade
    );
    call rollcall_protect('uploads');

    create table upload_pages (
      programme_id uuid not null,
      credential_id uuid not null,
      page int not null,
      records jsonb not null,
      primary key (programme_id, credential_id, page),
      foreign key (programme_id, credential_id) references credentials (programme_id, id) on delete cascade
    );
    call rollcall_protect('upload_pages');
  `);
}

export async function down(db: Knex): Promise<void> {
  await db.raw('drop table upload_pages; drop table uploads');
}
