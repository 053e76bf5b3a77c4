import { annotationSupport } from './annotations';
import { PromiseDataSource } from './datasource';
import { PromiseVariableSupport } from './variables';

/** The data source with its editors of annotations and variables, which ask the data source themselves. */
export class DataSourceWithEditors extends PromiseDataSource {
  override annotations = annotationSupport;
  override variables: PromiseVariableSupport = new PromiseVariableSupport(this);
}
