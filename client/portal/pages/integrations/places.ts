/** Where an integration and what belongs to it are shown. */
export const integrationAddress = (programme: string, integration: string): string =>
  `/programmes/${programme}/integrations/${integration}`;

export const importsAddress = (programme: string, integration: string): string =>
  `${integrationAddress(programme, integration)}/imports`;

export const importAddress = (programme: string, integration: string, id: string): string =>
  `${importsAddress(programme, integration)}/${id}`;
